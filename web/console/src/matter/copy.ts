// Copying a text; without the newer interface (pages without HTTPS have none) the older command does it.
export async function copy(text: string): Promise<void> {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text)
    return
  }
  const box = document.createElement('textarea')
  box.value = text
  box.style.position = 'fixed'
  document.body.append(box)
  box.select()
  document.execCommand('copy')
  box.remove()
}
