import { z } from 'zod'
import { defineEvent } from '../../engine/catalogue/event.ts'
import { currency, link, minorUnits, word, words } from '../../engine/catalogue/fields.ts'
import { appointment, sample } from './appointment.ts'
import { paymentProblem } from './templates/payments.ts'
import { cancellationRequested, confirmationRequested, questionAsked } from './templates/requests.ts'

export const toConfirm = defineEvent({
  type: 'appointment.confirmation_requested',
  payload: z.strictObject({
    ...appointment,
    clientName: word,
    clientPhone: word.optional(),
    note: z.string().trim().max(1_000).optional(),
    appointmentUrl: link.optional(),
  }),
  sample: {
    ...sample,
    clientName: 'Camille Exemple',
    clientPhone: '06 39 98 00 01',
    note: 'Plutôt en fin de matinée si possible.',
    appointmentUrl: 'https://example.com/agenda/exemple',
  },
  entries: [
    {
      audience: 'support',
      channels: { all: ['in_app', 'email'] },
      lane: 'immediate',
      category: 'ops',
      templates: confirmationRequested,
    },
  ],
})

export const toCancel = defineEvent({
  type: 'appointment.cancellation_requested',
  payload: z.strictObject({
    ...appointment,
    clientName: word,
    reason: word.optional(),
    appointmentUrl: link.optional(),
  }),
  sample: {
    ...sample,
    clientName: 'Camille Exemple',
    reason: 'Je serai en déplacement.',
    appointmentUrl: 'https://example.com/agenda/exemple',
  },
  entries: [
    {
      audience: 'support',
      channels: { all: ['in_app'] },
      lane: 'immediate',
      category: 'ops',
      templates: cancellationRequested,
    },
  ],
})

export const problem = defineEvent({
  type: 'payment.problem',
  payload: z.strictObject({
    clientName: word,
    clientPhone: word.optional(),
    amount: minorUnits,
    currency,
    problem: word.describe('What went wrong, in words'),
    purpose: word.optional(),
    paymentUrl: link.optional(),
  }),
  sample: {
    clientName: 'Camille Exemple',
    clientPhone: '06 39 98 00 01',
    amount: 4500,
    currency: 'EUR',
    problem: 'La banque a refusé la carte',
    purpose: 'Consultation',
    paymentUrl: 'https://example.com/paiements/exemple',
  },
  entries: [
    {
      audience: 'support',
      channels: { all: ['in_app', 'email'] },
      lane: 'immediate',
      category: 'ops',
      templates: paymentProblem,
    },
  ],
})

export const question = defineEvent({
  type: 'client.question_asked',
  payload: z.strictObject({ clientName: word, question: words, conversationUrl: link.optional() }),
  sample: {
    clientName: 'Camille Exemple',
    question: 'Bonjour, acceptez-vous les chèques-vacances ?',
    conversationUrl: 'https://example.com/messages/exemple',
  },
  entries: [
    {
      audience: 'support',
      channels: { all: ['in_app'] },
      lane: 'immediate',
      category: 'ops',
      templates: questionAsked,
    },
  ],
})
