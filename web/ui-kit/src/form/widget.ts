// What a widget is: how values of some types are shown, typed and checked before they are sent. The server checks again and has the last word.
import type { Schemas } from '@yiwang/api-client'
import type { Component } from 'vue'

export type Widget = {
  /** Types of the register format that it is for. */
  types: readonly string[]
  component: Component
  /** Takes the whole width also where a form has two columns. */
  wide?: (field: Schemas['Field']) => boolean
  /** Several controls under one heading (radios, photos, map): a group with a name rather than a label of one control. */
  group?: (field: Schemas['Field']) => boolean
  /** A value of the API as it is edited. */
  read?: (value: unknown) => unknown
  /** An edited value as it is sent; null empties. */
  write?: (value: unknown) => unknown
  /** What is wrong with a value that is there, in Chinese. */
  check?: (value: unknown, field: Schemas['Field'], title: string) => string | null
}

/** What every widget's component is given. */
export type WidgetProps = {
  id: string
  field: Schemas['Field']
  title: string
  modelValue: unknown
  required: boolean
  invalid: boolean
  /** Ids of help and error. */
  describedBy: string | undefined
  /** Entries to choose from that came with a problem. */
  choices: readonly { value: string; title: string }[]
}

export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (typeof value === 'string' && value.trim() === '') || (Array.isArray(value) && value.length === 0)
}
