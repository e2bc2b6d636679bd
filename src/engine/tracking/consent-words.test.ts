import { expect, test } from 'vitest'
import { consentWordIn, isYes } from './consent-words.ts'

test.each([
  'STOP',
  'stop',
  ' Stop. ',
  '«STOP»',
  'Arrêt',
  'ARRET !',
  'Stop-All',
  'STOPALL',
  'désabo',
  'Unsubscribe',
  'STOP 36180',
  'Stop au 36111',
  'baja',
  'No más',
  'Abmelden',
  'stopp',
  'STOP\r\n',
  '\u200bSTOP',
])('%j asks to stop', (text) => expect(consentWordIn(text)).toBe('stop'))

test.each(['START', 'Unstop', 'Reprendre', 'opt-in', 'Réabonner', 'alta'])('%j asks to start again', (text) =>
  expect(consentWordIn(text)).toBe('start'),
)

test.each(['HELP', 'Aide ?', 'info', 'ayuda', 'Hilfe'])('%j asks for help', (text) =>
  expect(consentWordIn(text)).toBe('help'),
)

test.each([
  'Stop ! Je passe demain',
  'please do not stop',
  'nonstop',
  'STOP 12',
  'annuler',
  'Je ne peux pas venir',
  'oui',
  '',
  '🙂',
  'stop '.repeat(50),
])('%j asks for nothing', (text) => expect(consentWordIn(text)).toBeUndefined())

test.each(['OUI', 'Sí', 'yes!', ' ja. '])('%j is a yes', (text) => expect(isYes(text)).toBe(true))
test('more than a yes is none', () => expect(isYes('oui, demain à 9 h')).toBe(false))
