// The widgets by type; a new one is a folder and a line here.
import { BOOLEAN } from './widgets/boolean/definition'
import { CHOICE } from './widgets/choice/definition'
import { DATE, DATETIME } from './widgets/date/definition'
import { FILES } from './widgets/files/definition'
import { CITIZEN_ID, PERSON_NAME, PHONE, USCC } from './widgets/identifier/definition'
import { LONG_TEXT } from './widgets/long-text/definition'
import { DECIMAL, INTEGER, MONEY } from './widgets/number/definition'
import { PLAIN } from './widgets/plain/definition'
import { POINT } from './widgets/point/definition'
import { REFERENCE } from './widgets/reference/definition'
import { TEXT } from './widgets/text/definition'
import type { Widget } from './widget'

const ALL: readonly Widget[] = [
  TEXT, LONG_TEXT, INTEGER, DECIMAL, MONEY, BOOLEAN, DATE, DATETIME, CHOICE, REFERENCE, POINT, PHONE, PERSON_NAME, CITIZEN_ID, USCC, FILES,
  // the next widget goes here
]

/** The widget of a type; what nobody types in (areas, json) is shown as text. */
export function widgetOf(type: string): Widget {
  return ALL.find((it) => it.types.includes(type)) ?? PLAIN
}
