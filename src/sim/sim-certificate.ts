/**
 * A throwaway self-signed certificate for simulated Veyon 5 hosts, for localhost and 127.0.0.1. It protects nothing:
 * its private key is public, in this file.
 */
export const simCertificate = {
  certificate: `-----BEGIN CERTIFICATE-----
MIIBfDCCASOgAwIBAgIBATAKBggqhkjOPQQDAjAfMR0wGwYDVQQDDBR2ZXlvbi1z
aW11bGF0ZWQtaG9zdDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFow
HzEdMBsGA1UEAwwUdmV5b24tc2ltdWxhdGVkLWhvc3QwWTATBgcqhkjOPQIBBggq
hkjOPQMBBwNCAAS4aNYa9zYz1+zKf8cpP8FfEWIGBHlV4hFRWNOqZhq2xbaqz+Rx
iXNFuPvQt1hF78v1Up8Iod3tfmRsHwOTaZGbo04wTDAPBgNVHRMBAf8EBTADAQH/
MBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAdBgNVHQ4EFgQUXUNzzur6e7fv
xcxgUPcxTEl/YeEwCgYIKoZIzj0EAwIDRwAwRAIgP/FS6lk3xMUJSef2UQFosPHA
sRAFGJ9tbylpzkivDecCIGorUQeOLww8Fm+GvTB4QhPIu5Dj9sPEqcMIjeSvNrz7
-----END CERTIFICATE-----
`,
  privateKey: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg6NeUJ/xxe4zZT8m3
fWsYcWMmxRO351a8E32sSeKHxLihRANCAAS4aNYa9zYz1+zKf8cpP8FfEWIGBHlV
4hFRWNOqZhq2xbaqz+RxiXNFuPvQt1hF78v1Up8Iod3tfmRsHwOTaZGb
-----END PRIVATE KEY-----
`,
};
