import type { Suppression } from '@carillon/client'
import { Alert, Button, Stack, Textarea } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { Dialog, DialogButtons } from '../parts/dialog.tsx'
import { toastProblem } from '../parts/problem.tsx'

/** What its person said is taken away only knowingly. */
const PERSONS_OWN: readonly string[] = ['opted_out', 'complaint']
const SHORTEST_REASON = 3

/** Takes a suppression away, with a reason that is kept. */
export function Lift({ suppression }: { suppression: Suppression }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [asking, dialog] = useDisclosure()
  const [reason, setReason] = useState('')
  const force = PERSONS_OWN.includes(suppression.reason)
  const lift = useMutation({
    mutationFn: () => carillon.suppressions.lift(suppression.id, { reason, force }),
    onError: toastProblem,
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: ['suppressions'] }),
    onSettled: dialog.close,
  })
  const title = t('suppressions.liftNamed', { name: suppression.address ?? t('suppressions.erased') })
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={title}
        onClick={dialog.open}
        style={{ position: 'relative', zIndex: 1 }}
      >
        {t('suppressions.lift')}
      </Button>
      <Dialog opened={asking} onClose={dialog.close} title={title}>
        <Stack gap="sm">
          {force && (
            <Alert variant="light" color="yellow" role="note" p="sm">
              {t('suppressions.liftForce')}
            </Alert>
          )}
          <Textarea
            label={t('suppressions.why')}
            description={t('suppressions.whyHint')}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={500}
            autosize
            minRows={2}
            data-autofocus
          />
        </Stack>
        <DialogButtons onBack={dialog.close}>
          <Button
            loading={lift.isPending}
            disabled={reason.trim().length < SHORTEST_REASON}
            onClick={() => lift.mutate()}
          >
            {t('suppressions.lift')}
          </Button>
        </DialogButtons>
      </Dialog>
    </>
  )
}
