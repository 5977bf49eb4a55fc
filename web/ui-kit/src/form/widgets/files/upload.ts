// One file on its way to the server, with its progress: fetch tells none, so the older request does it.
import { ApiError, type Problem, type Schemas } from '@yiwang/api-client'

export type Upload = { done: Promise<Schemas['File']>; stop: () => void }

export function upload(file: File, progress: (percent: number) => void): Upload {
  const request = new XMLHttpRequest()
  const done = new Promise<Schemas['File']>((resolve, reject) => {
    request.upload.onprogress = (it) => it.lengthComputable && progress(Math.round((it.loaded / it.total) * 100))
    request.onload = () => {
      if (request.status === 201) resolve(request.response as Schemas['File'])
      else reject(new ApiError(request.status, request.response as Problem | null))
    }
    request.onerror = () => reject(new ApiError(0, null))
    request.open('POST', '/api/v1/files')
    request.responseType = 'json'
    const form = new FormData()
    form.append('file', file)
    request.send(form)
  })
  return { done, stop: () => request.abort() }
}

/** Where a file is shown from. */
export function fileUrl(id: string, size?: 'thumbnail'): string {
  return `/api/v1/files/${encodeURIComponent(id)}${size ? `?size=${size}` : ''}`
}
