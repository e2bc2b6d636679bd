import { Anchor, type AnchorProps, Group } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, Ref } from 'react'

type PlainProps = AnchorProps &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof AnchorProps> & { ref?: Ref<HTMLAnchorElement> }

const PlainBack = ({ children, ...props }: PlainProps) => (
  <Anchor fz="sm" {...props}>
    <Group gap={4} component="span">
      <IconArrowLeft size={15} aria-hidden />
      {children}
    </Group>
  </Anchor>
)

/** Leads from a page to the one it belongs to, which it is named after. */
export const BackLink = createLink(PlainBack)
