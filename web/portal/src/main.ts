// Makes the public pages easier where scripts run; every page works without.
export {}
