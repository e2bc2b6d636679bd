import { Chip, Group, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'

interface Addresses {
  readonly email: string
  readonly phone: string
}

/** What the sandbox carriers act out, by the first word of an e-mail address or the last two digits of a phone number. */
const ACTS = [
  { word: 'sample', phone: '+33639980001' },
  { word: 'fail', phone: '+33639989901' },
  { word: 'bounce', phone: '+33639989902' },
  { word: 'softbounce', phone: '+33639989903' },
  { word: 'slow', phone: '+33639989904' },
  { word: 'busy', phone: '+33639989905' },
  { word: 'timeout', phone: '+33639989906' },
  { word: 'complaint', phone: '+33639989907' },
  { word: 'unknown', phone: '+33639989909' },
  { word: 'silent', phone: '+33639989910' },
  { word: 'clicks', phone: '+33639980001' },
  { word: 'scanner', phone: '+33639980001' },
] as const

export const ORDINARY: Addresses = { email: 'sample@example.com', phone: ACTS[0].phone }

export function MagicAddresses({ email, onChoose }: { email: string; onChoose(addresses: Addresses): void }) {
  const { t } = useTranslation()
  const chosen = ACTS.find(({ word }) => email.startsWith(`${word}@`))?.word ?? null
  const choose = (word: string | string[]) => {
    const act = ACTS.find((one) => one.word === word)
    if (act) onChoose({ email: `${act.word}@example.com`, phone: act.phone })
  }
  return (
    <div>
      <Chip.Group value={chosen} onChange={choose}>
        <Group gap={6} role="group" aria-label={t('sample.magic')}>
          {ACTS.map(({ word }) => (
            <Chip key={word} value={word} size="xs" variant="light">
              {t(`act.${word}`)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Text fz="xs" c="dimmed" mt={6}>
        {t('sample.magicHint')}
      </Text>
    </div>
  )
}
