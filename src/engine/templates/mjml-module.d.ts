declare module 'mjml' {
  /** The part of MJML 5 we use; the package brings no types. */
  export default function mjml2html(
    source: string,
    options?: {
      validationLevel?: 'strict' | 'soft' | 'skip'
      keepComments?: boolean
      ignoreIncludes?: boolean
      fonts?: Record<string, string>
    },
  ): Promise<{ html: string; errors: { line: number; message: string; tagName: string }[] }>
}
