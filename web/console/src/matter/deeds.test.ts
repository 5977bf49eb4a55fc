import { describe, expect, it } from 'vitest'
import { deedsOf, matterDeedsOf } from './deeds'

const act = (name: string, title: string, outcomes: { id: string; title: string }[] = []) => ({
  act: name, title, form: null, comment_required: false, outcomes: outcomes.map((it) => ({ ...it, form: null, comment_required: false })),
})
const complete = act('complete', '办理', [{ id: 'file', title: '立案' }, { id: 'reject', title: '不予受理' }])
const said = (list: ReturnType<typeof deedsOf>) => list.map((it) => (it.primary ? `*${it.title}` : it.title))

describe('what can be done', () => {
  it('a task held by opening it begins with its first outcome', () => {
    expect(said(deedsOf({ acts: [act('release', '放回'), complete], lease: 300, hindrance: null }))).toEqual(['*立案', '不予受理'])
  })
  it('a task that is taken on begins with that, afterwards with its outcome', () => {
    expect(said(deedsOf({ acts: [act('claim', '签收'), complete, act('return', '退回')], lease: null, hindrance: null }, true))).toEqual(['*签收', '立案', '不予受理', '退回'])
    expect(said(deedsOf({ acts: [act('claim', '签收'), complete], lease: null, hindrance: null }))).toEqual(['*立案', '不予受理', '签收'])
    expect(said(deedsOf({ acts: [act('release', '放回'), complete], lease: null, hindrance: null }))).toEqual(['*立案', '不予受理', '放回'])
  })
  it('whoever may free a held task sees that although it is held by a lease', () => {
    expect(said(deedsOf({ acts: [act('release', '放回')], lease: 300, hindrance: '沈若兰正在处理这一件' }))).toEqual(['放回'])
  })
  it('acts on the matter stand beside', () => {
    expect(matterDeedsOf([act('urge', '催办')]).map((it) => [it.key, it.atOnce])).toEqual([['matter urge ', false]])
  })
})
