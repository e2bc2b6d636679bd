import { parentPort } from 'node:worker_threads'
import mjml2html from 'mjml'

/** Runs in a thread of its own (see `mjml.ts`): an MJML document in; its HTML and what MJML found wrong out. */
parentPort?.on('message', async ({ id, source }: { id: number; source: string }) => {
  try {
    const { html, errors } = await mjml2html(source, {
      validationLevel: 'soft',
      keepComments: false,
      ignoreIncludes: true,
    })
    const faults = errors.map(({ line, message, tagName }) => ({ line, message, tagName }))
    parentPort?.postMessage({ id, html, errors: faults })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    parentPort?.postMessage({ id, html: '', errors: [{ line: 1, message, tagName: 'mjml' }] })
  }
})
