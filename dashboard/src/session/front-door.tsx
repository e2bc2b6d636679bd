import { CarillonError } from '@carillon/client'
import { Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { problemText } from '../parts/problem.tsx'

interface FrontDoorProps {
  title: string
  tagline?: string
  /** Stands below the form. */
  below?: ReactNode
  children: ReactNode
}

/** What stands before the sign-in: our bell, and one form. */
export function FrontDoor({ title, tagline, below, children }: FrontDoorProps) {
  return (
    <Stack mih="100vh" align="center" justify="center" p="md" gap="lg" component="main">
      <Stack align="center" gap={6}>
        <img src="/bell.svg" width={52} height={52} alt="" />
        <Title order={1} fz={26} ta="center">
          {title}
        </Title>
        {tagline && (
          <Text c="dimmed" fz="sm" ta="center">
            {tagline}
          </Text>
        )}
      </Stack>
      <Paper withBorder p="xl" w="100%" maw={420} bg="var(--panel)" style={{ borderColor: 'var(--line)' }}>
        {children}
      </Paper>
      {below}
    </Stack>
  )
}

/** Why it was refused: `text` where the page knows better than the server what to say. */
export function Refusal({ error, text }: { error: unknown; text?: string | undefined }) {
  const { t } = useTranslation()
  if (!error) return null
  const tooMany = error instanceof CarillonError && error.status === 429
  return (
    <Text c="var(--mantine-color-error)" fz="sm" role="alert">
      {tooMany ? t('signIn.tooMany') : (text ?? problemText(error))}
    </Text>
  )
}
