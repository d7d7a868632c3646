"""siwu: the data repository and site generator of Hubei's 四知五会 training programme."""
