import { expect, test } from 'vitest'
import { foldToGsm7 } from './gsm-fold.ts'
import { countSegments } from './segments.ts'

test('French keeps the accents GSM-7 has and loses only the others', () => {
  expect(foldToGsm7('L’été à Noël : reçu, prêt, cœur, « où ça ? » 12 €…')).toBe(
    'L\'été à Noel : recu, pret, coeur, " où ca ? " 12 €...',
  )
})

test('a text that is GSM-7 already is left alone', () => {
  expect(foldToGsm7('Ça va à 14:30 {ok} ^')).toBe('Ça va à 14:30 {ok} ^')
})

test('a text that cannot be GSM-7 stays as its author wrote it, accents and all', () => {
  expect(foldToGsm7('Reçu 👍')).toBe('Reçu 👍')
  expect(foldToGsm7('Привет, reçu')).toBe('Привет, reçu')
})

test('Polish, Czech and combining marks fold too', () => {
  const folded = foldToGsm7('Łódź, Dvořák, re\u0301sumé')
  expect(folded).toBe('Lodz, Dvorak, resumé')
  expect(countSegments(folded).encoding).toBe('GSM-7')
})
