import { CarillonError } from '@carillon/client'

/** Sends a CSV file as it is; gives the run that takes it in. */
export async function sendFile(file: File): Promise<{ id: string }> {
  const response = await fetch('/v1/suppressions/import', {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: file,
  })
  const body = (await response.json()) as { id: string; detail?: string }
  if (!response.ok)
    throw new CarillonError('validation_failed', body.detail ?? `The server answered ${response.status}`)
  return body
}
