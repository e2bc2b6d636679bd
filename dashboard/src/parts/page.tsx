import { Group, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import type { ReactNode } from 'react'

interface PageProps {
  title: string
  intro?: string | undefined
  /** Stands above the title: the way back. */
  back?: ReactNode
  /** Stands beside the title. */
  actions?: ReactNode
  /** Wider than reading width, for pages that are tools. */
  wide?: boolean
  children: ReactNode
}

/** A page's title, one heading of the first level, and its room. */
export function Page({ title, intro, back, actions, wide, children }: PageProps) {
  useDocumentTitle(`${title} · Carillon`)
  return (
    <div style={{ maxWidth: wide ? 1720 : 1200, margin: '0 auto', padding: 'clamp(16px, 2.4vw, 28px)' }}>
      <Group justify="space-between" align="flex-end" mb="lg" gap="sm">
        <div style={{ minWidth: 0 }}>
          {back && <div style={{ marginBottom: 4 }}>{back}</div>}
          <Title order={1} style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Title>
          {intro && (
            <Text c="dimmed" mt={2}>
              {intro}
            </Text>
          )}
        </div>
        {actions}
      </Group>
      {children}
    </div>
  )
}
