// Files that the server makes on request: fetched first, so that a refusal is told in words instead of being saved as a file.
import { fetchPath } from '@yiwang/api-client'

/** Fetches a path of the API and hands it to the browser to keep under a name. */
export async function saveFile(path: string, name: string): Promise<void> {
  const answer = await fetchPath(path)
  const url = URL.createObjectURL(await answer.blob())
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
