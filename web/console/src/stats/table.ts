// Reading a statistical table: its periods, its rows, series for the chart.
import type { Schemas } from '@yiwang/api-client'
import type { Series } from '@yiwang/ui-kit/chart/options'
import { t } from '@yiwang/ui-kit/words'
import './words'

export type Table = Schemas['StatTable']
export type Row = Schemas['StatRow']
export type Period = Schemas['StatPeriod']
export type Figure = Schemas['StatFigure']

/** The periods that have rows, the latest first. */
export function periodsOf(table: Table): Period[] {
  const found = new Map(table.rows.flatMap((it) => (it.period ? [[it.period.from, it.period] as const] : [])))
  return [...found.values()].sort((a, b) => (a.from < b.from ? 1 : -1))
}

/** The titles of a row's keys; an empty one has words too. */
export function groupText(row: Row): string {
  return row.groups.map((it) => it.title || t('stats.noGroup')).join(' ')
}

/** A figure as a number; null when there is none. */
export function numberOf(figure: Figure | undefined): number | null {
  return figure?.text ? Number(figure.text) : null
}

/** `95.00%`; empty when there is none. */
export function figureText(figure: Figure | undefined, unit: string | null | undefined): string {
  return figure?.text ? `${figure.text}${unit ?? ''}` : ''
}

/** One measure by group, with the period before beside it where it is known. */
export function groupSeries(now: Table, before: Table | undefined, at: number, names: { now: string; before: string }): { categories: string[]; series: Series[] } {
  const unit = now.columns[at]?.unit
  const old = new Map((before?.rows ?? []).map((it) => [keyOf(it), it.figures[at]]))
  const series = (name: string, figures: (Figure | undefined)[]): Series => ({ name, values: figures.map(numberOf), texts: figures.map((it) => figureText(it, unit)) })
  const found = [series(names.now, now.rows.map((it) => it.figures[at]))]
  if (before && before.rows.length > 0) found.push(series(names.before, now.rows.map((it) => old.get(keyOf(it)))))
  return { categories: now.rows.map(groupText), series: found }
}

/** One measure added up by period, the earliest first; null for what must not be added (ratios). */
export function periodSeries(table: Table, at: number): { categories: string[]; series: Series[] } | null {
  const column = table.columns[at]
  if (!column || !addable(table, at)) return null
  const periods = periodsOf(table).reverse()
  const sums = periods.map((period) => sum(table.rows.filter((it) => it.period?.from === period.from).map((it) => it.figures[at]?.text ?? '0')))
  return { categories: periods.map((it) => it.label), series: [{ name: column.title, values: sums.map(Number), texts: sums.map((it) => `${it}${column.unit ?? ''}`) }] }
}

/** Ratios explain how they were made; counts and sums do not need to. */
export function addable(table: Table, at: number): boolean {
  return [...table.rows.map((it) => it.figures[at]), table.totals[at]].every((it) => !it?.explained && it?.text !== null)
}

/** The sum of decimal texts, exact, with as many places as the longest has. */
export function sum(texts: string[]): string {
  const places = Math.max(0, ...texts.map(placesOf))
  return unscaled(texts.reduce((all, it) => all + scaled(it, places), 0n), places)
}

/** `a - b` of decimal texts, exact. */
export function difference(a: string, b: string): string {
  const places = Math.max(placesOf(a), placesOf(b))
  return unscaled(scaled(a, places) - scaled(b, places), places)
}

function placesOf(text: string): number {
  return text.split('.')[1]?.length ?? 0
}

function scaled(text: string, places: number): bigint {
  const [whole = '0', rest = ''] = text.split('.')
  return BigInt(`${whole}${rest.padEnd(places, '0')}`)
}

function unscaled(value: bigint, places: number): string {
  if (places === 0) return value.toString()
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, '0')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`
}

function keyOf(row: Row): string {
  return JSON.stringify(row.groups.map((it) => it.key ?? null))
}
