// What the drawing library is told: bars from zero, figures written at the bars, few colours, nothing that moves.
import type { BarSeriesOption } from 'echarts/charts'
import type { GridComponentOption, LegendComponentOption } from 'echarts/components'
import type { ComposeOption } from 'echarts/core'

/** A row of bars; `values` has null where there is no figure, `texts` is what is written. */
export type Series = { name: string; values: (number | null)[]; texts: string[] }
/** Colours of the page that wears them. */
export type Paint = { /** Width of the box in pixels. */ width: number; ink: string; line: string; font: string; colours: string[] }
export type ChartOption = ComposeOption<BarSeriesOption | GridComponentOption | LegendComponentOption>

/** Names of lying bars: in pixels, and on a phone not more than this share of the width. */
const NAMES = 180
const NAMES_SHARE = 0.35

/** More series than this cannot be told apart. */
export const MOST_SERIES = 6

/** Lying bars for names, standing ones for a course of time. */
export function barOption(categories: string[], series: Series[], lying: boolean, { width, ink, line, font, colours }: Paint): ChartOption {
  const names = { type: 'category' as const, data: categories, axisTick: { show: false }, axisLine: { lineStyle: { color: line } }, axisLabel: { color: ink, interval: 0, lineHeight: 16, formatter: (it: string, i: number) => (lying ? it : periodName(categories, i)), ...(lying ? { width: Math.min(NAMES, Math.round(width * NAMES_SHARE)), overflow: 'break' as const } : {}) } }
  const figures = { type: 'value' as const, min: (it: { min: number }) => Math.min(0, it.min), axisLabel: { color: ink }, splitLine: { lineStyle: { color: line } } }
  return {
    animation: false,
    color: colours,
    textStyle: { fontFamily: font, color: ink },
    legend: { show: series.length > 1, top: 0, left: 0, textStyle: { color: ink }, selectedMode: false },
    grid: { top: series.length > 1 ? 36 : 12, left: 8, right: 56, bottom: 8, containLabel: true },
    xAxis: lying ? figures : names,
    // The first name stands on top, as in the table.
    yAxis: lying ? { ...names, inverse: true } : figures,
    series: series.slice(0, MOST_SERIES).map((it) => ({
      type: 'bar' as const,
      name: it.name,
      barMaxWidth: lying ? 16 : 40,
      data: it.values.map((value, i) => ({ value: value ?? '-', label: { show: value !== null, position: lying ? 'right' as const : 'top' as const, color: ink, formatter: () => it.texts[i] ?? '' } })),
    })),
  }
}

/** The name of a period below its bar: the year stands under the first of each year only, as there is no room for more on a phone. */
export function periodName(categories: string[], at: number): string {
  const [year, rest] = parted(categories[at] ?? '')
  if (rest === '') return year
  return at > 0 && parted(categories[at - 1] ?? '')[0] === year ? rest : `${rest}\n${year}`
}

/** `2026年11月` as year and rest; anything else is whole. */
function parted(name: string): [year: string, rest: string] {
  const found = /^(\d{4}年)(.+)$/.exec(name)
  return found ? [found[1] ?? '', found[2] ?? ''] : [name, '']
}

/** Height in pixels that gives every bar its room. */
export function barHeight(categories: number, series: number, lying: boolean): number {
  return lying ? Math.max(120, categories * Math.max(24, series * 20 + 8) + (series > 1 ? 36 : 12) + 40) : 280
}
