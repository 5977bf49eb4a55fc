// Whether two panes fit: the window, and with large text less of it.
import { computed, onBeforeUnmount, onMounted, ref, type ComputedRef } from 'vue'
import { usePref } from '../prefs'

const TWO_PANES = { normal: 1280, large: 1500, largest: 1800 }

export function useWide(): ComputedRef<boolean> {
  const width = ref(window.innerWidth)
  const text = usePref('text')
  const measure = (): void => void (width.value = window.innerWidth)
  onMounted(() => window.addEventListener('resize', measure))
  onBeforeUnmount(() => window.removeEventListener('resize', measure))
  return computed(() => width.value >= TWO_PANES[text.value])
}
