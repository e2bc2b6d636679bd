interface Words {
  readonly fr: string
  readonly en: string
}

/**
 * Why a payer disputes a payment, and why a refund does not arrive, as Stripe says it.
 * https://docs.stripe.com/api/disputes/object#dispute_object-reason, https://docs.stripe.com/api/refunds/object#refund_object-failure_reason
 */
const REASONS: Readonly<Record<string, Words>> = {
  bank_cannot_process: { fr: 'la banque ne peut pas traiter le paiement', en: 'the bank cannot process the payment' },
  check_returned: { fr: 'chèque rejeté', en: 'cheque returned' },
  credit_not_processed: { fr: 'un remboursement promis n’est pas arrivé', en: 'a promised refund did not arrive' },
  customer_initiated: { fr: 'à la demande du client', en: 'asked for by the client' },
  debit_not_authorized: { fr: 'prélèvement non autorisé', en: 'debit not authorised' },
  duplicate: { fr: 'payé deux fois', en: 'paid twice' },
  fraudulent: { fr: 'le client dit ne pas avoir payé (fraude)', en: 'the client says they did not pay (fraud)' },
  general: { fr: 'sans raison donnée', en: 'no reason given' },
  incorrect_account_details: { fr: 'coordonnées bancaires erronées', en: 'wrong bank details' },
  insufficient_funds: { fr: 'fonds insuffisants', en: 'insufficient funds' },
  noncompliant: { fr: 'règles de la carte non respectées', en: 'against the card’s rules' },
  product_not_received: { fr: 'prestation non reçue, selon le client', en: 'not received, the client says' },
  product_unacceptable: { fr: 'prestation non conforme, selon le client', en: 'not as agreed, the client says' },
  subscription_canceled: { fr: 'abonnement résilié, selon le client', en: 'subscription cancelled, the client says' },
  unrecognized: { fr: 'paiement non reconnu par le client', en: 'the client does not recognise the payment' },
  charge_for_pending_refund_disputed: { fr: 'le paiement a été contesté', en: 'the payment was disputed' },
  declined: { fr: 'refusé par la banque', en: 'declined by the bank' },
  expired_or_canceled_card: { fr: 'carte expirée ou annulée', en: 'card expired or cancelled' },
  lost_or_stolen_card: { fr: 'carte perdue ou volée', en: 'card lost or stolen' },
  merchant_request: { fr: 'à votre demande', en: 'asked for by you' },
  unknown: { fr: 'sans raison donnée', en: 'no reason given' },
}

/** In words; what has none here stays as the vendor says it. */
export const reasonIn = (reason: string, language: 'fr' | 'en'): string => REASONS[reason]?.[language] ?? reason
