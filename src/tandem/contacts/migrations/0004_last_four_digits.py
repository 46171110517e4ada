from django.db import migrations

#: Every number of seven digits and more has its last seven as a term: their last four are those of the number.
_ADD = """
    INSERT INTO contacts_term (owner_id, term, contact_id)
    SELECT DISTINCT owner_id, right(term, 4), contact_id FROM contacts_term WHERE term ~ '^[0-9]{7}$'
    ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):

    dependencies = [
        ('contacts', '0003_list_order'),
    ]

    operations = [
        migrations.RunSQL(_ADD, migrations.RunSQL.noop),
    ]
