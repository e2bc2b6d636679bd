import { foldToGsm7 } from '../channels/gsm-fold.ts'
import { countSegments, outsideGsm7, type Segments } from '../channels/segments.ts'

export interface SmsPreview extends Segments {
  /** The same text written in GSM-7 where that is possible, and what that comes to. */
  readonly folded: Segments & { readonly text: string }
  readonly forcesUcs2: { readonly character: string; readonly positions: number[] }[]
  /** Whether it would be sent as `folded`. */
  readonly fold: boolean
  readonly warning: string | null
}

/** What a text comes to as an SMS, before it is sent. */
export function previewSms(text: string, fold: boolean, warnAboveSegments: number): SmsPreview {
  const written = countSegments(text)
  const foldedText = foldToGsm7(text)
  const folded = { text: foldedText, ...countSegments(foldedText) }
  const { segments } = fold ? folded : written
  return {
    ...written,
    folded,
    forcesUcs2: [...outsideGsm7(text)].map(([character, positions]) => ({ character, positions })),
    fold,
    warning: segments > warnAboveSegments ? `It is sent, and billed, as ${segments} SMS` : null,
  }
}
