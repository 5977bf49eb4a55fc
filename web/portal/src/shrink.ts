// Photos made smaller before they are sent: a phone's ten megabytes say no more about a manhole cover than one.

/** Longest side in pixels. */
export const LONGEST = 2560
const SMALL_ENOUGH = 1_500_000
const QUALITY = 0.85

/** The photo at most LONGEST pixels long and upright; the file itself when it is small already or cannot be read here. */
export async function shrink(file: File): Promise<File> {
  // A browser that does not turn photos by itself would lay them on their side.
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || !CSS.supports('image-orientation', 'from-image')) return file
  try {
    const image = await read(file)
    const longest = Math.max(image.naturalWidth, image.naturalHeight)
    if (longest <= LONGEST && file.size <= SMALL_ENOUGH) return file
    const blob = await drawn(image, Math.min(1, LONGEST / longest))
    if (!blob || (longest <= LONGEST && blob.size >= file.size)) return file
    return new File([blob], file.name.replace(/\.\w+$/, '') + '.jpg', { type: 'image/jpeg' })
  } catch {
    return file
  }
}

async function read(file: File): Promise<HTMLImageElement> {
  const address = URL.createObjectURL(file)
  try {
    const image = new Image()
    image.src = address
    await image.decode()
    return image
  } finally {
    URL.revokeObjectURL(address)
  }
}

function drawn(image: HTMLImageElement, scale: number): Promise<Blob | null> {
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(image.naturalWidth * scale)
  canvas.height = Math.round(image.naturalHeight * scale)
  const context = canvas.getContext('2d')
  if (!context) return Promise.resolve(null)
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.imageSmoothingQuality = 'high'
  context.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY))
}
