import MailComposer from 'nodemailer/lib/mail-composer'
import { createComposer } from '../src/engine/providers/smtp/compose.ts'
import { systemClock } from '../src/platform/clock.ts'
import { newId } from '../src/platform/ids.ts'
import { BODY, HTML, SUBJECT } from './content.ts'
import { quiet } from './lab/processes.ts'
import { type Findings, median, tenths, times, whole } from './report.ts'

export interface ComposeOptions {
  /** Mails in each run of ours; nodemailer makes a tenth of them. */
  count: number
  rounds: number
  patienceMs: number
}

const FROM = { name: 'Atelier des Cycles', address: 'bench@sender.test' }
const LABELS = { ours: 'ours', nodemailer: 'nodemailer' }

/** Making the MIME of one mail (4.5 KB of HTML with accents, and its text) in one process; that both read back the same is compose.test.ts's to prove. */
export async function benchCompose({ count, rounds, patienceMs }: ComposeOptions): Promise<Findings> {
  const composer = createComposer({ from: FROM, clock: systemClock })
  const makers: Record<string, { n: number; make: (seq: number) => unknown }> = {
    [LABELS.ours]: {
      n: count,
      make: (seq) => {
        const id = newId(systemClock.now())
        return composer.compose({
          channel: 'email',
          messageId: id,
          organizationId: id,
          contactId: id,
          attempt: 1,
          idempotencyKey: id,
          to: `contact-${seq}@recipients.test`,
          content: { subject: SUBJECT.replace('{{seq}}', `${seq}`), html: HTML, text: BODY },
          attachments: [],
        })
      },
    },
    [LABELS.nodemailer]: {
      n: Math.ceil(count / 10),
      make: (seq) =>
        new MailComposer({
          from: FROM,
          to: `contact-${seq}@recipients.test`,
          subject: SUBJECT.replace('{{seq}}', `${seq}`),
          html: HTML,
          text: BODY,
        })
          .compile()
          .build(),
    },
  }
  const runs: { label: string; microseconds: number; processorMicroseconds: number }[] = []
  for (let round = 0; round <= rounds; round++) {
    for (const [label, { n, make }] of Object.entries(makers)) {
      await quiet(patienceMs)
      const processor = process.cpuUsage()
      const began = performance.now()
      for (let seq = 0; seq < n; seq++) await make(seq)
      const microseconds = ((performance.now() - began) / n) * 1000
      const { user, system } = process.cpuUsage(processor)
      // The first round is for the compiler.
      if (round === 0) continue
      runs.push({ label, microseconds, processorMicroseconds: (user + system) / n })
      console.log(`${label}: ${tenths(microseconds)} µs a mail`)
    }
  }
  const of = (label: string, what: 'microseconds' | 'processorMicroseconds') =>
    median(runs.filter((run) => run.label === label).map((run) => run[what]))
  return {
    bench: 'compose',
    settings: { count, rounds },
    table: [
      ['', 'µs a mail', 'of processor', 'mails a second', 'times'],
      ...Object.values(LABELS).map((label) => [
        label,
        tenths(of(label, 'microseconds')),
        tenths(of(label, 'processorMicroseconds')),
        whole(1e6 / of(label, 'microseconds')),
        times(of(LABELS.nodemailer, 'microseconds') / of(label, 'microseconds')),
      ]),
    ],
    notes: [`Medians of ${rounds} runs; both make multipart/alternative with the same subject, HTML and text.`],
    runs,
  }
}
