// One file on its way to the server, with its progress: fetch tells none, so the older request does it.
import { ApiError, marks, refused, type Schemas } from '@yiwang/api-client'

const PATH = '/api/v1/files'

export type Upload = { done: Promise<Schemas['File']>; stop: () => void }

export function upload(file: File, progress: (percent: number) => void): Upload {
  const request = new XMLHttpRequest()
  const done = new Promise<Schemas['File']>((resolve, reject) => {
    request.upload.onprogress = (it) => it.lengthComputable && progress(Math.round((it.loaded / it.total) * 100))
    request.onload = () => {
      if (request.status === 201) resolve(request.response as Schemas['File'])
      else reject(refused(PATH, request.status, request.response))
    }
    request.onerror = () => reject(new ApiError(0, null))
    request.open('POST', PATH)
    for (const [name, value] of Object.entries(marks())) request.setRequestHeader(name, value)
    request.responseType = 'json'
    const form = new FormData()
    form.append('file', file)
    request.send(form)
  })
  return { done, stop: () => request.abort() }
}

/** Where a file is shown from. */
export function fileUrl(id: string, size?: 'thumbnail'): string {
  return `${PATH}/${encodeURIComponent(id)}${size ? `?size=${size}` : ''}`
}
