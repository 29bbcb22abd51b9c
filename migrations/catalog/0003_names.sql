-- Names may no longer hold tag characters and others that nobody sees: such a workspace is called by its name in the address.

UPDATE tenants SET display_name = name
    WHERE display_name GLOB '*[' || char(917504) || '-' || char(917631) || char(847) || char(6068) || char(6069) || char(10240)
        || char(65529) || '-' || char(65531) || char(119155) || '-' || char(119162) || ']*';
