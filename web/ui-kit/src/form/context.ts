// What widgets know of the form around them.
import type { Schemas } from '@yiwang/api-client'
import { inject, provide, type InjectionKey } from 'vue'
import type { Values } from './items'

export type Point = { lon: number; lat: number }

export type FormContext = {
  register: Schemas['Register']
  /** Value of a field: typed here, else in the record. */
  valueOf: (name: string) => unknown
  /** Text of a code or reference that the record holds. */
  labelOf: (name: string) => string | undefined
  /** Title of a field. */
  titleOf: (name: string) => string
  /** Writes another field that is asked here and still empty, such as the address of a found place. */
  offer: (name: string, value: unknown) => void
  /** The place that is meant, for what is nearest. */
  point: () => Point | null
  /** What a widget keeps as long as the form is worked on, also while it is not on the screen; made once for each field. */
  kept: <T extends Kept>(name: string, make: (field: KeptField) => T) => T
}

/** Kept with what was typed; `end` when that is thrown away. */
export type Kept = { end: () => void }
/** A field as something kept sees it. */
export type KeptField = { value: () => unknown; put: (value: unknown) => void; /** The form waits for so many. */ busy: (n: number) => void }

const KEY: InjectionKey<FormContext> = Symbol('form')

export function provideForm(context: FormContext): void {
  provide(KEY, context)
}

export function useFormContext(): FormContext {
  const context = inject(KEY)
  if (!context) throw new Error('a widget stands outside of a form')
  return context
}

/** The first point among the values. */
export function pointOf(register: Schemas['Register'], values: Values): Point | null {
  for (const field of register.fields) {
    const value = field.type === 'point' ? values[field.name] : null
    if (isPoint(value)) return value
  }
  return null
}

export function isPoint(it: unknown): it is Point {
  return typeof it === 'object' && it !== null && 'lon' in it && 'lat' in it && typeof it.lon === 'number' && typeof it.lat === 'number'
}
