import { parentPort } from 'node:worker_threads'

/** Runs in its own thread (see `mjml.ts`): one MJML document in, its HTML and what MJML found wrong out. */
const { default: mjml } = (await import('mjml' as string)) as {
  default: (
    source: string,
    options: object,
  ) => Promise<{ html: string; errors: { line: number; message: string; tagName: string }[] }>
}

parentPort?.on('message', async ({ id, source }: { id: number; source: string }) => {
  try {
    const { html, errors } = await mjml(source, { validationLevel: 'soft', keepComments: false, ignoreIncludes: true })
    parentPort?.postMessage({
      id,
      html,
      errors: errors.map(({ line, message, tagName }) => ({ line, message, tagName })),
    })
  } catch (error) {
    parentPort?.postMessage({
      id,
      html: '',
      errors: [{ line: 1, message: error instanceof Error ? error.message : String(error), tagName: 'mjml' }],
    })
  }
})
