import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0009_department_due'),
    ]

    operations = [
        migrations.AlterField(
            model_name='referral',
            name='petition',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='referrals', to='field.petition'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(fields=['petition', '-at'], include=('due_on',), name='referral_in_force'),
        ),
        migrations.AddIndex(
            model_name='statuschange',
            index=django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['at'], name='status_change_at', pages_per_range=32),
        ),
        migrations.AddIndex(
            model_name='statuschange',
            index=models.Index(condition=models.Q(('move__in', ['calendar', 'join'])), fields=['petition', 'at'], name='status_change_altered'),
        ),
    ]
