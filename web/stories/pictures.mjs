// Photos as phones make them.

/** A JPEG drawn in the page: a road with a manhole cover, so wide and so high. */
export async function jpeg(page, width, height, colour = '#7a7a78') {
  const text = await page.evaluate(([width, height, colour]) => {
    const canvas = document.createElement('canvas')
    canvas.width = width
    canvas.height = height
    const context = canvas.getContext('2d')
    context.fillStyle = colour
    context.fillRect(0, 0, width, height)
    // Grain, so that the file has the weight of a photo.
    let seed = 7
    for (let n = 0; n < 40_000; n++) {
      seed = (seed * 1103515245 + 12345) % 2147483648
      context.fillStyle = `rgba(${seed % 255},${(seed >> 8) % 255},${(seed >> 16) % 255},.25)`
      context.fillRect(seed % width, (seed >> 7) % height, width / 90, height / 90)
    }
    context.fillStyle = '#333'
    context.beginPath()
    context.arc(width / 2, height / 2, Math.min(width, height) / 5, 0, Math.PI * 2)
    context.fill()
    return canvas.toDataURL('image/jpeg', 0.92)
  }, [width, height, colour])
  return Buffer.from(text.split(',')[1], 'base64')
}

/** The same photo as a phone held upright stores it: lying, with the note that it must be turned by a quarter. */
export function turned(bytes) {
  const exif = Buffer.from('457869660000' + '4d4d002a00000008' + '0001' + '0112' + '0003' + '00000001' + '00060000' + '00000000', 'hex')
  const head = Buffer.from([0xff, 0xe1, (exif.length + 2) >> 8, (exif.length + 2) & 255])
  return Buffer.concat([bytes.subarray(0, 2), head, exif, bytes.subarray(2)])
}

/** Notes the size of every photo that the page's script sends from now on. */
export async function watchSending(page) {
  await page.evaluate(() => {
    const send = XMLHttpRequest.prototype.send
    window.sentPhotos = []
    XMLHttpRequest.prototype.send = function (data) {
      for (const it of data?.values() ?? [])
        if (it instanceof File && it.size > 0)
          window.sentPhotos.push(createImageBitmap(it).then(({ width, height }) => ({ width, height, bytes: it.size }), () => null))
      return send.call(this, data)
    }
  })
}

/** What [watchSending] noted. */
export const sent = (page) => page.evaluate(() => Promise.all(window.sentPhotos))
