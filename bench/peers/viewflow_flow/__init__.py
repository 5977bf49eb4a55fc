"""An installed app, as viewflow wants for a flow."""
