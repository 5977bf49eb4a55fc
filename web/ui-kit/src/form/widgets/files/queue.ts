// Files on their way. They go on when their form is not on the screen: what was chosen there is kept with what was typed.
import { computed, ref, type ComputedRef, type Ref } from 'vue'
import { t } from '../../../words'
import type { Kept, KeptField } from '../../context'
import { shrink } from './shrink'
import { upload, type Upload } from './upload'

export type Waiting = { key: number; file: File; preview: string; percent: number; failure: string; running: Upload | null }

export type Queue = Kept & {
  waiting: Ref<Waiting[]>
  /** Said in words: what was taken, what was not. */
  note: Ref<string>
  ids: ComputedRef<string[]>
  add: (files: File[], room: number, max: number) => void
  again: (key: number) => Promise<void>
  cancel: (key: number) => void
}

/** The files of one field. */
export function queue(field: KeptField): Queue {
  const waiting = ref<Waiting[]>([]) as Ref<Waiting[]>
  const note = ref('')
  const ids = computed(() => { const it = field.value(); return Array.isArray(it) ? it.map(String) : [] })
  const at = (key: number): Waiting | undefined => waiting.value.find((it) => it.key === key)
  let keys = 0

  /** The form waits for files on their way, and for a decision about those that failed. */
  const tell = (): void => field.busy(waiting.value.length)

  function add(files: File[], room: number, max: number): void {
    const surplus = Math.max(0, files.length - room)
    note.value = surplus > 0 ? t('files.tooMany', { max, n: surplus }) : ''
    for (const file of files.slice(0, Math.max(0, room))) {
      const preview = file.type.startsWith('image/') ? URL.createObjectURL(file) : ''
      waiting.value.push({ key: (keys += 1), file, preview, percent: 0, failure: '', running: null })
      void again(keys)
    }
  }

  async function again(key: number): Promise<void> {
    const one = at(key)
    if (!one) return
    one.failure = ''
    one.percent = 0
    tell()
    try {
      const small = await shrink(one.file)
      if (!at(key)) return
      one.running = upload(small, (percent) => { const now = at(key); if (now) now.percent = percent })
      const file = await one.running.done
      if (!at(key)) return
      drop(key)
      field.put([...ids.value, file.id])
      note.value = t('files.done')
    } catch (error) {
      const failed = at(key)
      if (failed) failed.failure = error instanceof Error ? error.message : String(error)
    }
    tell()
  }

  function drop(key: number): void {
    const one = at(key)
    if (one?.preview) URL.revokeObjectURL(one.preview)
    waiting.value = waiting.value.filter((it) => it.key !== key)
  }

  function cancel(key: number): void {
    at(key)?.running?.stop()
    drop(key)
    tell()
  }

  return { waiting, note, ids, add, again, cancel, end: () => waiting.value.forEach((it) => cancel(it.key)) }
}
