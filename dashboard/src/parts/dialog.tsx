import { Button, Group, Modal, type ModalProps, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

interface DialogProps extends Pick<ModalProps, 'size'> {
  opened: boolean
  title: string
  onClose(): void
  children: ReactNode
}

/** A window over the page; the larger ones, which scroll, stand at its top. */
export function Dialog({ size, ...props }: DialogProps) {
  const { t } = useTranslation()
  return (
    <Modal
      {...props}
      {...(size === undefined ? { centered: true } : { size })}
      closeButtonProps={{ 'aria-label': t('actions.back') }}
    />
  )
}

/** The buttons a dialog ends with: the way back, then what it is about. */
export function DialogButtons({ back, onBack, children }: { back?: string; onBack(): void; children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <Group justify="flex-end" mt="lg">
      <Button variant="default" onClick={onBack}>
        {back ?? t('actions.back')}
      </Button>
      {children}
    </Group>
  )
}

interface ConfirmProps extends Omit<DialogProps, 'children'> {
  text: string
  confirm: string
  /** Says no; "Back" unless given. */
  back?: string
  /** Takes something away. */
  risky?: boolean
  pending: boolean
  onConfirm(): void
}

/** Asks before something is done that cannot be taken back. */
export function Confirm({ text, confirm, back, risky, pending, onConfirm, ...dialog }: ConfirmProps) {
  return (
    <Dialog {...dialog}>
      <Text fz="sm">{text}</Text>
      <DialogButtons onBack={dialog.onClose} {...(back !== undefined && { back })}>
        <Button {...(risky && { color: RISKY })} loading={pending} onClick={onConfirm}>
          {confirm}
        </Button>
      </DialogButtons>
    </Dialog>
  )
}

/** The colour of a button that takes something away; its white text can be read on it. */
export const RISKY = 'red.8'
