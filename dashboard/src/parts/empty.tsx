import { Stack, Text, ThemeIcon } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'

/** What an empty place says: what would be here, and how to get it. */
export function Empty({
  icon: Glyph,
  title,
  text,
  children,
}: {
  icon: Icon
  title: string
  text?: string
  children?: ReactNode
}) {
  return (
    <Stack align="center" justify="center" gap="xs" py={48} px="md" ta="center">
      <ThemeIcon size={52} radius="xl" variant="light" aria-hidden>
        <Glyph size={26} stroke={1.6} />
      </ThemeIcon>
      <Text fw={600} mt="xs">
        {title}
      </Text>
      {text && (
        <Text c="dimmed" fz="sm" maw={380}>
          {text}
        </Text>
      )}
      {children}
    </Stack>
  )
}
