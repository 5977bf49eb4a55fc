// The look of the map: cells and streets of the own server, no outside tiles, letters from local fonts.
import type { StyleSpecification } from 'maplibre-gl'
import { NO_GROUND } from './space'

const INK = '#1d2129'
const BRAND = '#1456b8'
const font = ['sans-serif']

/** Everything drawn comes from the source `ground`. */
export function mapStyle(): StyleSpecification {
  return {
    version: 8,
    sources: { ground: { type: 'geojson', data: NO_GROUND }, names: { type: 'geojson', data: NO_GROUND } },
    layers: [
      { id: 'paper', type: 'background', paint: { 'background-color': '#f5f7fa' } },
      { id: 'cell-fill', type: 'fill', source: 'ground', filter: ['==', ['get', 'kind'], 'cell'],
        paint: { 'fill-color': ['case', ['get', 'here'], '#d6e4fa', '#ffffff'], 'fill-opacity': 0.9 } },
      { id: 'street-edge', type: 'line', source: 'ground', filter: ['==', ['get', 'kind'], 'street'],
        layout: { 'line-cap': 'round', 'line-join': 'round' }, paint: { 'line-color': '#c3cad5', 'line-width': street(2) } },
      { id: 'street', type: 'line', source: 'ground', filter: ['==', ['get', 'kind'], 'street'],
        layout: { 'line-cap': 'round', 'line-join': 'round' }, paint: { 'line-color': '#ffffff', 'line-width': street(0) } },
      { id: 'cell-line', type: 'line', source: 'ground', filter: ['==', ['get', 'kind'], 'cell'],
        paint: { 'line-color': '#667080', 'line-width': 1, 'line-dasharray': [4, 2] } },
      { id: 'cell-own', type: 'line', source: 'ground', filter: ['all', ['==', ['get', 'kind'], 'cell'], ['get', 'here']],
        paint: { 'line-color': BRAND, 'line-width': 3 } },
      { id: 'cell-name', type: 'symbol', source: 'names', minzoom: 13, filter: ['!', ['get', 'here']],
        layout: { 'text-field': ['get', 'title'], 'text-font': font, 'text-size': 11, 'text-padding': 4 },
        paint: { 'text-color': INK, 'text-halo-color': '#fff', 'text-halo-width': 2 } },
      { id: 'street-name', type: 'symbol', source: 'ground', filter: ['==', ['get', 'kind'], 'street'], minzoom: 13,
        layout: { 'symbol-placement': 'line', 'text-field': ['get', 'title'], 'text-font': font, 'text-size': 12, 'symbol-spacing': 160 },
        paint: { 'text-color': '#4e5969', 'text-halo-color': '#fff', 'text-halo-width': 2 } },
      // Above all others: names of neighbours give way to it.
      { id: 'own-name', type: 'symbol', source: 'names', filter: ['get', 'here'],
        layout: { 'text-field': ['get', 'title'], 'text-font': font, 'text-size': 13, 'text-anchor': 'bottom', 'text-offset': [0, -0.2], 'text-allow-overlap': true },
        paint: { 'text-color': '#0e3f8a', 'text-halo-color': '#fff', 'text-halo-width': 2 } },
    ],
  }
}

/** Breadth of a street by zoom, wider by `more` pixels. */
function street(more: number): ['interpolate', ['linear'], ['zoom'], ...number[]] {
  return ['interpolate', ['linear'], ['zoom'], 12, 1.5 + more, 15, 5 + more, 18, 14 + more]
}
