import type { FastifyReply, FastifyRequest } from 'fastify'
import { languageOf, sendPage, wordsPage } from '../../platform/http/hosted-page.ts'

const WORDS: Readonly<Record<'fr' | 'en', readonly [title: string, words: string]>> = {
  fr: [
    'Ce lien ne mène nulle part',
    'Il est incomplet, ou ne vient pas de nous. Ouvrez-le de nouveau depuis le message reçu.',
  ],
  en: ['This link leads nowhere', 'It is incomplete, or not one of ours. Open it again from the message you received.'],
}

/** 404, in words for the person who followed it. */
export function sendUnknownLink(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const language = languageOf(request.headers['accept-language'])
  return sendPage(reply, 404, wordsPage(language, ...WORDS[language]))
}
