import type { Pages } from './pages.ts'
import type { Body, CallOptions, Params, Query, Transport } from './transport.ts'

/** One template in one language: `{ key: 'order.confirmed.customer', channel: 'email', locale: 'fr' }`. */
export type TemplateRef = Params<'GET /v1/templates/:key/:channel/:locale'>

/** The words of an organization's messages, from draft to live. */
export const templates = ({ call }: Transport, pages: Pages) => ({
  ...pages('GET /v1/templates'),
  get: (ref: TemplateRef, given?: CallOptions) =>
    call('GET /v1/templates/:key/:channel/:locale', { ...given, params: ref }),
  /** Over the draft of the `draftRevision` that was read. */
  saveDraft: (ref: TemplateRef, draft: Body<'PUT /v1/templates/:key/:channel/:locale/draft'>, given?: CallOptions) =>
    call('PUT /v1/templates/:key/:channel/:locale/draft', { ...given, params: ref, body: draft }),
  discardDraft: async (
    ref: TemplateRef,
    query: Query<'DELETE /v1/templates/:key/:channel/:locale/draft'> = {},
    given?: CallOptions,
  ): Promise<void> => {
    await call('DELETE /v1/templates/:key/:channel/:locale/draft', { ...given, params: ref, query })
  },
  /** What somebody would receive, or what is wrong with it. */
  preview: (
    ref: TemplateRef,
    wanted: Body<'POST /v1/templates/:key/:channel/:locale/preview'> = {},
    given?: CallOptions,
  ) =>
    call('POST /v1/templates/:key/:channel/:locale/preview', {
      ...given,
      params: ref,
      body: wanted,
      repeatable: true,
    }),
  publish: (
    ref: TemplateRef,
    wanted: Body<'POST /v1/templates/:key/:channel/:locale/publish'> = {},
    given?: CallOptions,
  ) => call('POST /v1/templates/:key/:channel/:locale/publish', { ...given, params: ref, body: wanted }),
  /** The words of an earlier version, published anew. */
  rollback: (ref: TemplateRef, versionId: string, given?: CallOptions) =>
    call('POST /v1/templates/:key/:channel/:locale/rollback', { ...given, params: ref, body: { versionId } }),
  /** Back to the built-in words. */
  reset: (ref: TemplateRef, given?: CallOptions) =>
    call('POST /v1/templates/:key/:channel/:locale/reset', { ...given, params: ref }),
  testSend: (
    ref: TemplateRef,
    wanted: Body<'POST /v1/templates/:key/:channel/:locale/test-send'> = {},
    given?: CallOptions,
  ) => call('POST /v1/templates/:key/:channel/:locale/test-send', { ...given, params: ref, body: wanted }),
  versions: (
    ref: TemplateRef,
    query: Query<'GET /v1/templates/:key/:channel/:locale/versions'> = {},
    given?: CallOptions,
  ) => call('GET /v1/templates/:key/:channel/:locale/versions', { ...given, params: ref, query }),
  version: (ref: TemplateRef, versionId: string, given?: CallOptions) =>
    call('GET /v1/templates/:key/:channel/:locale/versions/:versionId', { ...given, params: { ...ref, versionId } }),
  removeVersion: async (ref: TemplateRef, versionId: string, given?: CallOptions): Promise<void> => {
    await call('DELETE /v1/templates/:key/:channel/:locale/versions/:versionId', {
      ...given,
      params: { ...ref, versionId },
    })
  },
  diff: (ref: TemplateRef, query: Query<'GET /v1/templates/:key/:channel/:locale/diff'>, given?: CallOptions) =>
    call('GET /v1/templates/:key/:channel/:locale/diff', { ...given, params: ref, query }),
})
