import { expect, test } from '@jest/globals'
import { tlsReason } from './tls-reason.js'

const openSsl = (said: string): string =>
  `80EC:error:0A000418:SSL routines:ssl3_read_bytes:${said}:rec_layer_s3.c:1601:\n`

test.each([
  ['self-signed certificate in certificate chain', /^no authority that is trusted/],
  ['unable to verify the first certificate', /^no authority that is trusted/],
  ['unable to get local issuer certificate', /^no authority that is trusted/],
  [
    "Hostname/IP does not match certificate's altnames: Host: a. is not in the cert's altnames",
    /^its certificate is for/,
  ],
  ['certificate has expired', /^its certificate does not count/],
  [openSsl('tlsv1 alert unknown ca'), /^it does not take the certificate that it is shown \(tlsv1 alert unknown ca\)$/],
  [openSsl('tlsv13 alert certificate required'), /^it does not take the certificate/],
  [openSsl('wrong version number'), /^TLS fails: wrong version number$/],
])('%j is told to people', (message, expected) => {
  expect(tlsReason(message)).toMatch(expected)
})

test('what is about something else stays as it is', () => {
  expect(tlsReason('password authentication failed for user "me"')).toBeUndefined()
})
