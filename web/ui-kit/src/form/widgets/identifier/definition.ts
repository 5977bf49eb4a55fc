import { addWords, t } from '../../../words'
import type { Widget } from '../../widget'
import { digits } from '../number/definition'
import IdentifierWidget from './IdentifierWidget.vue'

addWords({
  'identifier.phone': '“{title}”要写 11 位手机号,或者带区号的固定电话',
  'identifier.name': '“{title}”要写 2 到 50 个汉字',
  'identifier.citizen': '“{title}”要写 18 位身份证号',
  'identifier.uscc': '“{title}”要写 18 位统一社会信用代码',
})

// Only the shape is looked at here; check digits are the server's.
const widget = (type: string, pattern: RegExp, wrong: string): Widget => ({
  types: [type],
  component: IdentifierWidget,
  check: (value, _field, title) => (pattern.test(digits(value).toUpperCase()) ? null : t(wrong, { title })),
})

export const PHONE = widget('phone', /^(\+86-?)?(1\d{10}|(0\d{2,3}-?)?[2-9]\d{6,7}(-\d{1,6})?)$/, 'identifier.phone')
export const PERSON_NAME = widget('person_name', /^[\p{Script=Han}·A-Z]{2,50}$/u, 'identifier.name')
export const CITIZEN_ID = widget('citizen_id', /^\d{17}[\dX]$/, 'identifier.citizen')
export const USCC = widget('uscc', /^[0-9A-HJ-NP-RTUWXY]{18}$/, 'identifier.uscc')
