import type { Pages } from './pages.ts'
import type { Body, CallOptions, Params, Transport } from './transport.ts'

/** Quotes that visitors pay, the bookings that follow, and the professionals who carry them out. */
export const bookings = ({ call, bytes }: Transport, pages: Pages) => ({
  ...pages('GET /v1/bookings'),
  get: (id: string, given?: CallOptions) => call('GET /v1/bookings/:id', { ...given, params: { id } }),
  /** Gives the mission to a professional of your choice, as if they had accepted. */
  assign: (id: string, to: Body<'POST /v1/bookings/:id/assign'>, given?: CallOptions) =>
    call('POST /v1/bookings/:id/assign', { ...given, params: { id }, body: to }),
  /** Takes an accepted mission back; the others are asked. */
  revoke: (id: string, given?: CallOptions) => call('POST /v1/bookings/:id/revoke', { ...given, params: { id } }),
  /** To another time: reminders go along, and everybody hears so. */
  move: (id: string, to: Body<'POST /v1/bookings/:id/move'>, given?: CallOptions) =>
    call('POST /v1/bookings/:id/move', { ...given, params: { id }, body: to }),
  cancel: (id: string, how: Body<'POST /v1/bookings/:id/cancel'> = {}, given?: CallOptions) =>
    call('POST /v1/bookings/:id/cancel', { ...given, params: { id }, body: how }),
  /** Work has begun. */
  start: (id: string, given?: CallOptions) => call('POST /v1/bookings/:id/start', { ...given, params: { id } }),
  /** Work is done. */
  complete: (id: string, given?: CallOptions) => call('POST /v1/bookings/:id/complete', { ...given, params: { id } }),
  /** Tells an audience again that could not be told. */
  retryFlow: (id: string, flow: Params<'POST /v1/bookings/:id/flows/:flow/retry'>['flow'], given?: CallOptions) =>
    call('POST /v1/bookings/:id/flows/:flow/retry', { ...given, params: { id, flow } }),
  /** Confirmations, invoices, credit notes, missions. */
  documents: {
    of: async (bookingId: string, given?: CallOptions) =>
      (await call('GET /v1/bookings/:id/documents', { ...given, params: { id: bookingId } })).items,
    /** The PDF. */
    file: (id: string, given?: CallOptions) => bytes(`/v1/bookings/documents/${encodeURIComponent(id)}`, given),
    /** Issues one that was refused, once what it lacked is there; the client is mailed it. */
    retry: (id: string, given?: CallOptions) =>
      call('POST /v1/bookings/documents/:id/retry', { ...given, params: { id } }),
  },
  payments: {
    ...pages('GET /v1/bookings/payments'),
    get: (id: string, given?: CallOptions) => call('GET /v1/bookings/payments/:id', { ...given, params: { id } }),
    /** Gives it back, or a part of it. */
    refund: (id: string, how: Body<'POST /v1/bookings/payments/:id/refund'> = {}, given?: CallOptions) =>
      call('POST /v1/bookings/payments/:id/refund', { ...given, params: { id }, body: how }),
    /** Deals with an orphan: says what it was, or names the quote it was for. */
    settle: (id: string, how: Body<'POST /v1/bookings/payments/:id/settle'>, given?: CallOptions) =>
      call('POST /v1/bookings/payments/:id/settle', { ...given, params: { id }, body: how }),
  },
  /** What visitors were offered, newest first. */
  quotes: pages('GET /v1/bookings/quotes'),
  quote: (request: Body<'POST /v1/bookings/quotes'>, given?: CallOptions) =>
    call('POST /v1/bookings/quotes', { ...given, body: request }),
  /** What a request would cost; no quote is made. */
  price: (request: Body<'POST /v1/bookings/quotes/price'>, given?: CallOptions) =>
    call('POST /v1/bookings/quotes/price', { ...given, body: request, repeatable: true }),
  getQuote: (temporaryId: string, given?: CallOptions) =>
    call('GET /v1/bookings/quotes/:temporaryId', { ...given, params: { temporaryId } }),
  /** Opens a page to pay on. */
  checkout: (
    temporaryId: string,
    asked: Body<'POST /v1/bookings/quotes/:temporaryId/checkout'> = {},
    given?: CallOptions,
  ) =>
    call('POST /v1/bookings/quotes/:temporaryId/checkout', {
      ...given,
      params: { temporaryId },
      body: asked,
      repeatable: true,
    }),

  /** Who may be asked to do a job. */
  professionals: {
    ...pages('GET /v1/bookings/professionals'),
    get: (id: string, given?: CallOptions) => call('GET /v1/bookings/professionals/:id', { ...given, params: { id } }),
    create: (professional: Body<'POST /v1/bookings/professionals'>, given?: CallOptions) =>
      call('POST /v1/bookings/professionals', { ...given, body: professional }),
    update: (id: string, changes: Body<'PATCH /v1/bookings/professionals/:id'>, given?: CallOptions) =>
      call('PATCH /v1/bookings/professionals/:id', { ...given, params: { id }, body: changes, repeatable: true }),
    /** Asked no more; what they did stays. */
    remove: async (id: string, given?: CallOptions): Promise<void> => {
      await call('DELETE /v1/bookings/professionals/:id', { ...given, params: { id } })
    },
  },

  /** What is sold, and how its price comes about. */
  serviceTypes: {
    list: (given?: CallOptions) => call('GET /v1/bookings/service-types', given),
    get: (id: string, given?: CallOptions) => call('GET /v1/bookings/service-types/:id', { ...given, params: { id } }),
    create: (service: Body<'POST /v1/bookings/service-types'>, given?: CallOptions) =>
      call('POST /v1/bookings/service-types', { ...given, body: service }),
    /** Quotes keep the rules they were made with. */
    update: (id: string, changes: Body<'PATCH /v1/bookings/service-types/:id'>, given?: CallOptions) =>
      call('PATCH /v1/bookings/service-types/:id', { ...given, params: { id }, body: changes, repeatable: true }),
  },

  /** How quotes and missions are dealt with. */
  settings: {
    get: (given?: CallOptions) => call('GET /v1/bookings/settings', given),
    update: (changes: Body<'PATCH /v1/bookings/settings'>, given?: CallOptions) =>
      call('PATCH /v1/bookings/settings', { ...given, body: changes, repeatable: true }),
  },

  /** Where money comes in. Its keys are never shown. */
  paymentAccount: {
    get: (given?: CallOptions) => call('GET /v1/bookings/payment-account', given),
    set: (account: Body<'PUT /v1/bookings/payment-account'>, given?: CallOptions) =>
      call('PUT /v1/bookings/payment-account', { ...given, body: account }),
    /** Back to the platform's account, or the sandbox. */
    remove: async (given?: CallOptions): Promise<void> => {
      await call('DELETE /v1/bookings/payment-account', given)
    },
  },

  /** Who the organization is on its quotes and invoices. */
  seller: {
    get: (given?: CallOptions) => call('GET /v1/bookings/seller', given),
    /** Null takes a field away. */
    update: (changes: Body<'PATCH /v1/bookings/seller'>, given?: CallOptions) =>
      call('PATCH /v1/bookings/seller', { ...given, body: changes, repeatable: true }),
  },
})
