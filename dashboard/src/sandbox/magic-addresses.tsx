import { Chip, Group, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/** The beginnings the sandbox carriers know, with what each acts out. */
const MAGIC = [
  { word: 'sample', name: 'magicOk' },
  { word: 'fail', name: 'magicFail' },
  { word: 'bounce', name: 'magicBounce' },
  { word: 'slow', name: 'magicSlow' },
] as const

export function MagicAddresses({ email, onChoose }: { email: string; onChoose(email: string): void }) {
  const { t } = useTranslation()
  const chosen = MAGIC.find(({ word }) => email.startsWith(`${word}@`))?.word ?? null
  return (
    <div>
      <Chip.Group value={chosen} onChange={(word) => onChoose(`${word}@example.com`)}>
        <Group gap={6} role="group" aria-label={t('sample.magic')}>
          {MAGIC.map(({ word, name }) => (
            <Chip key={word} value={word} size="xs" variant="light">
              {`${word}@ · ${t(`sample.${name}`)}`}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Text fz="xs" c="dimmed" mt={4}>
        {t('sample.magicHint')}
      </Text>
    </div>
  )
}
