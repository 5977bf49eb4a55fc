// The drawing library, by parts; loaded only with the first chart.
import { BarChart } from 'echarts/charts'
import { GridComponent, LegendComponent } from 'echarts/components'
import { init, use, type EChartsType } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([BarChart, GridComponent, LegendComponent, SVGRenderer])

/** An empty drawing in a box. */
export function drawing(box: HTMLElement): EChartsType {
  return init(box, null, { renderer: 'svg' })
}
