import { Center, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ButtonLink } from './link.tsx'
import { ProblemNotice } from './problem.tsx'

export function MissingPage() {
  const { t } = useTranslation()
  return (
    <Center mih="60vh" p="lg">
      <Stack align="center">
        <Text fz="lg">{t('app.notFound')}</Text>
        <ButtonLink to="/">{t('app.home')}</ButtonLink>
      </Stack>
    </Center>
  )
}

export function CrashedPage({ error }: { error: unknown }) {
  const { t } = useTranslation()
  return (
    <Center mih="60vh" p="lg">
      <Stack maw={460} w="100%">
        <Text fz="lg">{t('app.crashed')}</Text>
        <ProblemNotice error={error} onRetry={() => location.reload()} />
      </Stack>
    </Center>
  )
}
