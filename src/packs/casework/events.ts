import { z } from 'zod'
import { defineEvent, type EventEntry } from '../../engine/catalogue/event.ts'
import { count, link, moment, personId, placeTimeZone, reference, word, words } from '../../engine/catalogue/fields.ts'
import { definePack } from '../../engine/packs/pack.ts'
import { documentFiledForClient, documentFiledForResponsible, documentPending } from './templates/documents.ts'
import { inboundDown, inboundErrors, quotaReached } from './templates/inbound.ts'
import {
  conversationAssigned,
  messageOutsideHours,
  senderUnknownForFirm,
  senderUnknownForSender,
} from './templates/senders.ts'

/** News for the firm's own people. */
const firm = {
  channels: { all: ['email', 'in_app'] },
  lane: 'immediate',
  category: 'ops',
} as const satisfies Partial<EventEntry>
/** An automatic answer on the channel somebody wrote on. */
const answer = {
  audience: 'sender',
  channels: { all: ['whatsapp'] },
  lane: 'immediate',
} as const satisfies Partial<EventEntry>

const filed = defineEvent({
  type: 'document.filed',
  payload: z.strictObject({
    documentName: word,
    category: word.optional(),
    caseReference: reference,
    caseTitle: word.optional().describe('Told to the firm alone'),
    clientName: word,
    responsibleId: personId.optional(),
    receivedAt: moment,
    caption: words.optional().describe('What the client wrote with it'),
    documentUrl: link.optional().describe('For the firm'),
  }),
  sample: {
    documentName: 'attestation-employeur.jpg',
    category: 'Pièce justificative',
    caseReference: 'DOS-2027-0042',
    caseTitle: 'Exemple c. Modèle',
    clientName: 'Camille Exemple',
    receivedAt: '2027-03-04T17:42:00Z',
    caption: 'Voici le document demandé.',
    documentUrl: 'https://example.com/dossiers/DOS-2027-0042/documents/1',
  },
  entries: [
    {
      audience: 'client',
      channels: { all: ['whatsapp'] },
      lane: 'immediate',
      category: 'tx',
      templates: documentFiledForClient,
    },
    {
      audience: 'responsible',
      ...firm,
      namedBy: 'responsibleId',
      orElse: 'assistant',
      templates: documentFiledForResponsible,
    },
  ],
})

const pending = defineEvent({
  type: 'document.pending',
  payload: z.strictObject({
    documentName: word,
    senderName: word.describe('The client’s name, else the number'),
    why: z.enum(['several_cases', 'no_case', 'unknown_sender']),
    responsibleId: personId.optional(),
    receivedAt: moment,
    caption: words.optional(),
    chooseUrl: link.optional(),
  }),
  sample: {
    documentName: 'photo-18h42.jpg',
    senderName: 'Camille Exemple',
    why: 'several_cases',
    receivedAt: '2027-03-04T17:42:00Z',
    caption: 'Voici le document demandé.',
    chooseUrl: 'https://example.com/documents/exemple',
  },
  entries: [
    { audience: 'responsible', ...firm, namedBy: 'responsibleId', orElse: 'assistant', templates: documentPending },
  ],
})

const unknown = defineEvent({
  type: 'sender.unknown',
  payload: z.strictObject({
    senderPhone: word,
    senderName: word.optional().describe('As WhatsApp shows it'),
    excerpt: words.optional(),
    documents: count.default(0),
    receivedAt: moment,
    registerUrl: link.optional().describe('Where the sender may introduce themselves'),
    conversationUrl: link.optional().describe('For the firm'),
  }),
  sample: {
    senderPhone: '+33 6 39 98 00 09',
    senderName: 'Camille',
    excerpt: 'Bonjour, voici les documents pour mon dossier.',
    documents: 2,
    receivedAt: '2027-03-04T17:42:00Z',
    registerUrl: 'https://example.com/bienvenue',
    conversationUrl: 'https://example.com/messages/exemple',
  },
  entries: [
    { audience: 'assistant', ...firm, templates: senderUnknownForFirm },
    { ...answer, category: 'tx', templates: senderUnknownForSender },
  ],
})

const outsideHours = defineEvent({
  type: 'message.outside_hours',
  payload: z.strictObject({
    opensAt: moment,
    placeTimeZone,
    openingHours: word.optional(),
    urgentPhone: word.optional(),
  }),
  sample: {
    opensAt: '2027-03-05T08:00:00Z',
    placeTimeZone: 'Europe/Paris',
    openingHours: 'lundi à vendredi, 9 h – 18 h',
    urgentPhone: '01 99 00 12 34',
  },
  entries: [{ ...answer, category: 'tx', templates: messageOutsideHours }],
})

const assigned = defineEvent({
  type: 'conversation.assigned',
  payload: z.strictObject({
    memberId: personId.optional(),
    contactName: word,
    assignedBy: word.optional().describe('Left out: it was given by rule'),
    excerpt: words.optional(),
    note: words.optional(),
    answerBy: moment.optional(),
    conversationUrl: link.optional(),
  }),
  sample: {
    contactName: 'Camille Exemple',
    assignedBy: 'Dominique Modèle',
    excerpt: 'Avez-vous des nouvelles de mon dossier ?',
    note: 'Cliente pressée, audience la semaine prochaine.',
    answerBy: '2027-03-05T11:00:00Z',
    conversationUrl: 'https://example.com/messages/exemple',
  },
  entries: [
    {
      ...firm,
      audience: 'member',
      channels: { all: ['in_app', 'email'] },
      namedBy: 'memberId',
      templates: conversationAssigned,
    },
  ],
})

const errors = defineEvent({
  type: 'inbound.errors',
  payload: z.strictObject({
    errors: z.int().min(1),
    since: moment,
    lastError: word.optional(),
    channelNumber: word.optional(),
    inboxUrl: link.optional(),
  }),
  sample: {
    errors: 12,
    since: '2027-03-04T16:50:00Z',
    lastError: 'Le fichier n’est plus disponible chez WhatsApp',
    channelNumber: '+33 6 39 98 00 00',
    inboxUrl: 'https://example.com/messages/erreurs',
  },
  entries: [{ audience: 'admin', ...firm, lane: 'critical', required: true, templates: inboundErrors }],
})

const quota = defineEvent({
  type: 'quota.reached',
  payload: z.strictObject({
    quota: word.describe('What is counted, in words'),
    used: count,
    limit: count,
    waiting: count.optional(),
    resetsAt: moment.optional(),
    settingsUrl: link.optional(),
  }),
  sample: {
    quota: 'conversations WhatsApp sur 24 heures',
    used: 250,
    limit: 250,
    waiting: 18,
    resetsAt: '2027-03-05T09:10:00Z',
    settingsUrl: 'https://example.com/parametres/quotas',
  },
  entries: [{ audience: 'admin', ...firm, channels: { all: ['in_app', 'email'] }, templates: quotaReached }],
})

const down = defineEvent({
  type: 'inbound.down',
  payload: z.strictObject({
    since: moment,
    waiting: count.optional(),
    lastError: word.optional(),
    statusUrl: link.optional(),
  }),
  sample: {
    since: '2027-03-04T16:50:00Z',
    waiting: 34,
    lastError: 'Le stockage des fichiers ne répond plus',
    statusUrl: 'https://example.com/etat',
  },
  entries: [
    {
      audience: 'admin',
      channels: { all: ['sms', 'email'] },
      lane: 'critical',
      category: 'ops',
      required: true,
      templates: inboundDown,
    },
  ],
})

export const caseworkPack = definePack({
  name: 'casework',
  events: [filed, pending, unknown, outsideHours, assigned, errors, quota, down],
})
