import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, Ref } from 'react'

type Rest<Props> = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof Props> & { ref?: Ref<HTMLAnchorElement> }

const PlainAnchor = (props: AnchorProps & Rest<AnchorProps>) => <Anchor {...props} />
const PlainButton = (props: ButtonProps & Rest<ButtonProps>) => <Button component="a" {...props} />

/** A link to one of our pages: its address is checked against the router. */
export const PageLink = createLink(PlainAnchor)

/** The same, looking like a button. */
export const ButtonLink = createLink(PlainButton)
