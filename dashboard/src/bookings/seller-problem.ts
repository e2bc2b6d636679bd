import i18next from 'i18next'

/** What an invoice lacks, in words; as the server says it where there are none. */
export function sellerProblem({ path, message }: { readonly path: string; readonly message: string }): string {
  const key = `sellerProblem.${path.replace(/^seller\./, '')}`
  return path.startsWith('seller.') && i18next.exists(key)
    ? i18next.t(key as 'sellerProblem.legalName')
    : `${path} ${message}`
}
