// Esc in a form: away from it, unless an open list or calendar takes the key. Heard before they do, as a closed list keeps it too.
export function escapes(event: KeyboardEvent): boolean {
  const at = event.target
  if (at instanceof Element && at.closest('[aria-expanded="true"]')) return false
  event.preventDefault()
  event.stopPropagation()
  return true
}
