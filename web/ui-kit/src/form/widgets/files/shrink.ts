// Large photos are made smaller before they are sent: an office line carries them, and a 50-megapixel pothole is no clearer.
const LONG_EDGE = 2560
const LARGE_BYTES = 1_500_000
const QUALITY = 0.85

/** How large it becomes, or null when it stays as it is. */
export function smaller(width: number, height: number, bytes: number): { width: number; height: number } | null {
  const edge = Math.max(width, height)
  if (edge <= LONG_EDGE && bytes <= LARGE_BYTES) return null
  const factor = Math.min(1, LONG_EDGE / edge)
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) }
}

/** The photo as it is sent. What cannot be read here goes as it is: the server says what is wrong with it. */
export async function shrink(file: File): Promise<File> {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || typeof createImageBitmap !== 'function') return file
  try {
    const picture = await createImageBitmap(file)
    const size = smaller(picture.width, picture.height, file.size)
    const blob = size && await redrawn(picture, size)
    picture.close()
    return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, '') + '.jpg', { type: 'image/jpeg' }) : file
  } catch {
    return file
  }
}

function redrawn(picture: ImageBitmap, { width, height }: { width: number; height: number }): Promise<Blob | null> {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  canvas.getContext('2d')?.drawImage(picture, 0, 0, width, height)
  return new Promise((done) => canvas.toBlob(done, 'image/jpeg', QUALITY))
}
